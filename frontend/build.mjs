// Makes static/dist/ from src/. Deterministic: the same sources and versions give the same bytes, so that
// check.sh can compare a rebuild with what is committed.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { transform } from "lightningcss";
import * as sass from "sass";
import subsetFont from "subset-font";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "../static/dist"));
const modules = path.join(here, "node_modules");
const at = (...parts) => path.join(here, ...parts);
const module = (...parts) => path.join(modules, ...parts);

// What Spanish, English and the names of La Libertad are written with.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  + "áéíóúüñÁÉÍÓÚÜÑ¿?¡!.,:;()/%&@+-–—·'\"‘’“”«»°ºª… \u00a0\u202f";
// Browsers of the last six years or so: a 5-inch phone of 2020.
const TARGETS = { chrome: 87 << 16, firefox: 90 << 16, safari: 14 << 16 };

async function css(name, before = "") {
  const compiled = sass.compile(at("src/scss", `${name}.scss`), {
    loadPaths: [modules],
    style: "expanded",
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  const { code } = transform({
    filename: `${name}.css`,
    code: Buffer.from(before + compiled.css),
    minify: true,
    targets: TARGETS,
  });
  await writeFile(path.join(out, `${name}.css`), code);
}

// Leaflet's sheet without its own pictures, of which we use none.
async function leafletSheet() {
  const text = await readFile(module("leaflet/dist/leaflet.css"), "utf8");
  return text.replace(/[^{}]+\{[^{}]*url\([^{}]*\}/g, "");
}

async function font() {
  const source = await readFile(module("@fontsource-variable/bitter/files/bitter-latin-wght-normal.woff2"));
  const subset = await subsetFont(source, LETTERS, {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 600, max: 800 } },
    noLayoutClosure: true,
  });
  await writeFile(path.join(out, "bitter.woff2"), subset);
}

// Whoever gets the bundle gets the licences of what is in it.
async function licences() {
  const parts = [
    ["Bitter (display face, subset)", "@fontsource-variable/bitter/LICENSE"],
    ["Bootstrap (parts of its style sheet)", "bootstrap/LICENSE"],
    ["htmx", "htmx.org/LICENSE"],
    ["Leaflet", "leaflet/LICENSE"],
  ];
  const texts = [];
  for (const [title, file] of parts) {
    texts.push(`${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n\n${(await readFile(module(file), "utf8")).trim()}\n`);
  }
  await writeFile(path.join(out, "LICENSES.txt"), texts.join("\n"));
}

// The fingerprint that a machine without npm can check (tests/common/test_frontend.py).
export async function sources() {
  const files = ["build.mjs", "package.json", "package-lock.json"];
  for (const folder of ["src/js", "src/scss"]) {
    files.push(...(await readdir(at(folder))).map((name) => `${folder}/${name}`));
  }
  const lines = [];
  for (const file of files.sort()) {
    lines.push(`${createHash("sha256").update(await readFile(at(file))).digest("hex")}  ${file}\n`);
  }
  return lines.join("");
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([
  css("app"),
  leafletSheet().then((sheet) => css("map", sheet)),
  font(),
  licences(),
  esbuild.build({
    entryPoints: [at("src/js/app.js"), at("src/js/captcha.js"), at("src/js/custody.js"), at("src/js/map.js"), at("src/js/norms.js"), at("src/js/sw.js"), at("src/js/works.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
    outdir: out,
    nodePaths: [modules],
  }),
]);
await writeFile(path.join(out, "SOURCES.sha256"), await sources());
