/* node judge.mjs FOLDER < {"pages": [{"name", "url", "cookies": {…}}], "categories": […], "flags": […]}
   Prints, by page, the score of each category and what costs points; each page has a browser profile of its own.
   FOLDER holds node_modules. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const from = (file) => import(pathToFileURL(`${process.argv[2]}/node_modules/${file}`).href);
const { default: lighthouse } = await from("lighthouse/core/index.js");
const { default: puppeteer } = await from("puppeteer-core/lib/esm/puppeteer/puppeteer-core.js");
const asked = JSON.parse(readFileSync(0, "utf8"));
const chrome = await puppeteer.launch({ executablePath: process.env.CHROME_PATH, args: asked.flags });
// Nothing may lie half below the bars of a phone while targets are measured; a person scrolls it from there.
const tall = { mobile: true, width: 412, height: 4000, deviceScaleFactor: 1.75, disabled: false };
const told = {};

function faults(result, category) {
  return category.auditRefs
    .filter((ref) => ref.weight > 0 && result.audits[ref.id].score !== null && result.audits[ref.id].score < 1)
    .map((ref) => {
      const audit = result.audits[ref.id];
      const where = ((audit.details && audit.details.items) || []).slice(0, 3).map((item) => (item.node && item.node.selector) || item.url || item.description || "");
      return [audit.id, audit.displayValue || audit.title, ...where].filter(Boolean).join(" ");
    });
}

try {
  for (const page of asked.pages) {
    const profile = await chrome.createBrowserContext();
    await profile.setCookie(...Object.entries(page.cookies).map(([name, value]) => ({ name, value, domain: new URL(page.url).hostname })));
    const flags = { onlyCategories: asked.categories, throttlingMethod: "simulate", formFactor: "mobile", disableFullPageScreenshot: true, logLevel: "silent", ...(asked.categories.includes("accessibility") && { screenEmulation: tall }) };
    const { lhr } = await lighthouse(page.url, flags, undefined, await profile.newPage());
    await profile.close();
    const entries = Object.values(lhr.categories);
    told[page.name] = {
      address: lhr.finalDisplayedUrl,
      error: lhr.runtimeError ? lhr.runtimeError.message : "",
      scores: Object.fromEntries(entries.map((each) => [each.id, Math.round((each.score || 0) * 100)])),
      faults: Object.fromEntries(entries.map((each) => [each.id, faults(lhr, each)])),
    };
  }
} finally {
  await chrome.close();
}
process.stdout.write(JSON.stringify(told));
