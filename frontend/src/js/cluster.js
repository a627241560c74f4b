// Points that would touch each other on the screen become one circle with their number. A circle stands
// on its first point, and no two circles stand closer than REACH.
const REACH = 52;

export function cluster(features, project) {
  const cells = new Map();
  const groups = [];
  for (const feature of features) {
    const [lng, lat] = feature.geometry.coordinates;
    const { x, y } = project(lat, lng);
    const column = Math.floor(x / REACH);
    const row = Math.floor(y / REACH);
    const near = around(cells, column, row).find((group) => Math.hypot(group.x - x, group.y - y) < REACH);
    if (near) {
      near.points.push(feature);
      continue;
    }
    const group = { x, y, lat, lng, points: [feature] };
    groups.push(group);
    const key = `${column}:${row}`;
    cells.set(key, [...(cells.get(key) ?? []), group]);
  }
  return groups;
}

function around(cells, column, row) {
  const found = [];
  for (let i = column - 1; i <= column + 1; i += 1) {
    for (let j = row - 1; j <= row + 1; j += 1) found.push(...(cells.get(`${i}:${j}`) ?? []));
  }
  return found;
}
