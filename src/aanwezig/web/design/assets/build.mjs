// Makes ../static/design from the packages of the lock file and our own css and js: app.css, print.css, app.js, fonts.
// Run by `make setup`; every file is written anew, so that a removed source leaves nothing behind.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepUsed } from "./tokens.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "design");
// Packages whose licence does not let us ship them, however they got into the tree.
const NOT_OURS_TO_SHIP = ["@utrecht/design-tokens", "@rijkshuisstijl-community/design-tokens"];
const FREE = /^(EUPL-1\.2|OFL-1\.1|MIT|0BSD|BSD-3-Clause|Apache-2\.0|ISC)$/;

async function checkLicences() {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const wrong = Object.entries(lock.packages)
    .filter(([path]) => path.startsWith("node_modules/"))
    .filter(([path, entry]) => NOT_OURS_TO_SHIP.includes(path.slice(13)) || !FREE.test(entry.license ?? ""));
  if (wrong.length) {
    throw new Error(`Licence not in the list of build.mjs: ${wrong.map(([p, e]) => `${p} (${e.license})`).join(", ")}`);
  }
}

const options = {
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "file", ".woff": "empty" },
  assetNames: "fonts/[name]",
  logLevel: "warning",
};

await checkLicences();
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({ ...options, entryPoints: [join(here, "css/app.css"), join(here, "css/print.css")], outdir: out });
await build({ ...options, entryPoints: [join(here, "js/app.js")], outdir: out, format: "iife" });

// Of the thousands of design tokens only those that a rule uses are sent to the browser.
const theme = await readFile(
  join(here, "node_modules/@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css"), "utf8");
const style = await readFile(join(out, "app.css"), "utf8");
await writeFile(join(out, "app.css"), keepUsed(theme, style) + style);
await copyFile(join(here, "icon.svg"), join(out, "icon.svg"));
await writeFile(join(out, "LICENCES.txt"), `${await licences()}\n`);

async function licences() {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const { dependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  return ["These files contain work of others:", ...Object.keys(dependencies)
    .map((name) => `${name} ${lock.packages[`node_modules/${name}`].version}: ${lock.packages[`node_modules/${name}`].license}`)].join("\n");
}

const names = await readdir(out);
console.log(`static/design: ${names.sort().join(", ")}`);
