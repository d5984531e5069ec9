// Replaces the drawing of a map by one that can be zoomed, when its button is pressed: Leaflet, with clusters of sites.
"use strict";

const LAND_STYLE = { className: "land", weight: 1, fillOpacity: 1, interactive: false };

function addOnce(tag, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });
}

async function loadLeaflet(figure) {
  if (window.L?.markerClusterGroup) return;
  const { styles, scripts } = figure.dataset;
  await Promise.all(styles.split(" ").map((href) => addOnce("link", { rel: "stylesheet", href })));
  for (const src of scripts.split(" ")) await addOnce("script", { src });
}

function mapMarker(feature, icons) {
  const { label, status, hue, url } = feature.properties;
  const [longitude, latitude] = feature.geometry.coordinates;
  const html = `<svg viewBox="0 0 16 16" aria-hidden="true">${icons[status]}</svg>`;
  const icon = L.divIcon({ className: `map-mark ${hue}`, html, iconSize: [16, 16], iconAnchor: [8, 8] });
  const marker = L.marker([latitude, longitude], { icon, title: `${label}: ${status}`, alt: `${label}: ${status}` });
  const popup = document.createElement("p");
  const name = Object.assign(document.createElement(url ? "a" : "b"), { textContent: label });
  if (url) name.href = url;
  popup.append(name, document.createElement("br"), status);
  return marker.bindPopup(popup);
}

function clusterIcon(cluster) {
  const number = Object.assign(document.createElement("span"), { textContent: cluster.getChildCount() });
  return L.divIcon({ html: number, className: "map-cluster", iconSize: [32, 32] });
}

async function showZoomableMap(figure, features) {
  await loadLeaflet(figure);
  const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const box = Object.assign(document.createElement("div"), { className: "zoomable-map" });
  figure.querySelector("svg.site-map").replaceWith(box);
  const map = L.map(box, { zoomAnimation: moves, fadeAnimation: moves, markerZoomAnimation: moves, maxZoom: 18 });
  map.attributionControl.setPrefix(false);
  const { tiles, attribution, land } = figure.dataset;
  if (tiles) {
    L.tileLayer(tiles, { attribution, maxZoom: 18 }).addTo(map);
  } else {
    const shapes = await (await fetch(land)).json();
    L.geoJSON(shapes, { style: LAND_STYLE, attribution: "Natural Earth" }).addTo(map);
  }
  const marks = L.markerClusterGroup({ iconCreateFunction: clusterIcon, animate: moves, maxClusterRadius: 36, showCoverageOnHover: false });
  marks.addLayers(features.features.map((feature) => mapMarker(feature, features.icons)));
  map.addLayer(marks).fitBounds(marks.getBounds().pad(0.2), { maxZoom: tiles ? 12 : 6, animate: false });
  box.focus();
}

function prepareMaps(root) {
  for (const figure of root.querySelectorAll("[data-map]")) {
    const button = figure.querySelector("button");
    if (!button?.hidden) continue;
    const features = JSON.parse(figure.querySelector("script").textContent);
    button.hidden = false;
    button.addEventListener("click", () => {
      button.disabled = true;
      showZoomableMap(figure, features).then(() => button.remove(), () => { button.disabled = false; });
    });
  }
}

prepareMaps(document);
document.addEventListener("htmx:load", (event) => prepareMaps(event.target));
