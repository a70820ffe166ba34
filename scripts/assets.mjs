// Builds the third-party front-end files into static/vendor/, which is not committed.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const vendor = join(root, "static", "vendor");
const target = ["chrome90", "edge90", "firefox90", "safari15"];

async function bundle(entry, name, options = {}) {
  await build({
    entryPoints: [entry],
    outfile: join(vendor, name),
    bundle: true,
    minify: true,
    target,
    legalComments: "none",
    logLevel: "error",
    ...options,
  });
}

async function licences(packages) {
  const texts = [];
  for (const name of packages) {
    const folder = join(modules, ...name.split("/"));
    const { version } = JSON.parse(await readFile(join(folder, "package.json")));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file));
    if (files.length === 0) throw new Error(`${name} carries no licence text`);
    texts.push(`${name} ${version}\n`);
    for (const file of files) texts.push(await readFile(join(folder, file), "utf8"));
  }
  await writeFile(join(vendor, "LICENSES.txt"), texts.join("\n"));
}

async function report(names) {
  for (const name of names) {
    const path = join(vendor, name);
    const packed = gzipSync(await readFile(path)).length;
    const { size } = await stat(path);
    console.log(`${name}  ${Math.round(size / 1024)} kB, gzip ${Math.round(packed / 1024)} kB`);
  }
}

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
await Promise.all([
  bundle(join(modules, "bootstrap/dist/css/bootstrap.css"), "bootstrap.css"),
  bundle(join(modules, "bootstrap/dist/js/bootstrap.esm.js"), "bootstrap.js", {
    format: "iife",
    globalName: "bootstrap",
  }),
  bundle(join(root, "static/js/charts_entry.js"), "echarts.js", { format: "iife" }),
  copyFile(join(modules, "htmx.org/dist/htmx.min.js"), join(vendor, "htmx.js")),
]);
await licences(["bootstrap", "@popperjs/core", "htmx.org", "echarts", "zrender", "tslib"]);
await report(["bootstrap.css", "bootstrap.js", "htmx.js", "echarts.js"]);
