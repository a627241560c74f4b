// Maps: our own outlines, clustered points, and picking a place. A tile server only if the page names one.
import * as L from "leaflet/dist/leaflet-src.esm.js";
import { cluster } from "./cluster.js";
import { makePicker } from "./picker.js";

const LA_LIBERTAD = [[-9.06, -79.72], [-6.94, -76.86]];
const read = (url) => fetch(url, { credentials: "same-origin" }).then((answer) => {
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
});

export async function draw(element) {
  const text = element.dataset;
  element.textContent = "";
  const map = L.map(element, { attributionControl: Boolean(text.attribution), scrollWheelZoom: false, minZoom: 6 });
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: text.zoomIn || "+", zoomOutTitle: text.zoomOut || "-" }).addTo(map);
  map.attributionControl?.setPrefix(false);
  map.fitBounds(text.bounds ? JSON.parse(text.bounds) : LA_LIBERTAD);
  if (text.tiles) L.tileLayer(text.tiles, { maxZoom: 18, attribution: text.attribution || "" }).addTo(map);
  if (text.outlines) await drawOutlines(map, text);
  if (text.points) await drawPoints(map, text);
  if ("mapPicker" in text) makePicker(L, map, element);
}

async function drawOutlines(map, text) {
  const outlines = L.geoJSON(await read(text.outlines), {
    attribution: text.attribution,
    className: "outline",
    interactive: false,
    style: (feature) => ({ className: `outline is-${feature.properties?.state || "plain"}` }),
  }).addTo(map);
  if (!text.bounds && outlines.getLayers().length) map.fitBounds(outlines.getBounds(), { padding: [8, 8] });
}

async function drawPoints(map, text) {
  const points = (await read(text.points)).features;
  const layer = L.layerGroup().addTo(map);
  const redraw = () => {
    layer.clearLayers();
    for (const group of cluster(points, (lat, lng) => map.project([lat, lng]))) layer.addLayer(marker(map, group));
  };
  map.on("zoomend", redraw);
  redraw();
}

function marker(map, group) {
  const at = [group.lat, group.lng];
  if (group.points.length > 1) {
    const icon = L.divIcon({ className: "map-cluster", html: String(group.points.length), iconSize: [40, 40] });
    return L.marker(at, { icon, alt: String(group.points.length), title: String(group.points.length) })
      .on("click", () => map.fitBounds(group.points.map((p) => [...p.geometry.coordinates].reverse()), { maxZoom: 17, padding: [40, 40] }));
  }
  const { title, url } = group.points[0].properties;
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  if ("apart" in map.getContainer().dataset) link.target = "_blank"; // what is typed beside the map stays
  const icon = L.divIcon({ className: "map-pin", iconSize: [24, 24] });
  return L.marker(at, { icon, alt: title, title }).bindPopup(link);
}

function drawAll() {
  for (const element of document.querySelectorAll("[data-map]:not(.leaflet-container)")) {
    draw(element).catch(() => { element.textContent = element.dataset.failed || ""; });
  }
}
drawAll();
document.addEventListener("htmx:afterSettle", drawAll); // a list that was filtered brings a new map
