// Choosing a place: click, drag, or focus the map, move it with the arrow keys under the cross and press
// Enter. The two fields named in data-map-picker ("id_latitude id_longitude") stay usable by hand.
import { announce } from "./announce.js";

const DIGITS = 6;
// Without tiles there is nothing to see closer than a district.
const CLOSE = { withTiles: 15, without: 11 };

export function makePicker(L, map, element) {
  const [latField, lngField] = element.dataset.mapPicker.split(" ").map((id) => document.getElementById(id));
  if (!latField || !lngField) return;
  const icon = L.divIcon({ className: "map-pin is-picked", iconSize: [32, 32] });
  const close = element.dataset.tiles ? CLOSE.withTiles : CLOSE.without;
  let pin = null;

  const show = (at) => {
    if (pin) pin.setLatLng(at);
    else {
      pin = L.marker(at, { icon, draggable: true, autoPan: true, title: element.dataset.pinLabel || "" }).addTo(map);
      pin.on("dragend", () => pick(pin.getLatLng()));
    }
  };
  const pick = (at) => {
    latField.value = at.lat.toFixed(DIGITS);
    lngField.value = at.lng.toFixed(DIGITS);
    show(at);
    latField.dispatchEvent(new Event("input", { bubbles: true }));
    announce(element.dataset.picked);
  };
  const fromFields = () => {
    const lat = Number.parseFloat(latField.value.replace(",", "."));
    const lng = Number.parseFloat(lngField.value.replace(",", "."));
    if (Number.isNaN(lat) || Number.isNaN(lng) || Math.abs(lat) > 90 || Math.abs(lng) > 180) return;
    show([lat, lng]);
    map.setView([lat, lng], Math.max(map.getZoom(), close), { animate: false });
  };

  const cross = document.createElement("span");
  cross.className = "map-cross";
  cross.setAttribute("aria-hidden", "true");
  element.append(cross);
  map.on("click", (event) => pick(event.latlng));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== element) return;
    event.preventDefault();
    pick(map.getCenter());
  });
  for (const field of [latField, lngField]) field.addEventListener("change", fromFields);
  fromFields();
}
