// Points that would touch each other on the screen become one circle with their number.
const CELL = 56;

export function cluster(features, project) {
  const cells = new Map();
  for (const feature of features) {
    const [lng, lat] = feature.geometry.coordinates;
    const { x, y } = project(lat, lng);
    const key = `${Math.floor(x / CELL)}:${Math.floor(y / CELL)}`;
    if (!cells.has(key)) cells.set(key, { lat: 0, lng: 0, points: [] });
    const cell = cells.get(key);
    cell.lat += lat;
    cell.lng += lng;
    cell.points.push(feature);
  }
  return [...cells.values()].map(({ lat, lng, points }) => ({
    lat: lat / points.length,
    lng: lng / points.length,
    points,
  }));
}
