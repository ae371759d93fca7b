// Parses the Mermaid diagrams of the Markdown files that are given, and fails on a syntax error: the site's build does not read them.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

// Mermaid's sanitizer leaves text as it is in a document that cannot create another one.
globalThis.window = globalThis;
globalThis.addEventListener = () => {};
globalThis.Element = class {};
globalThis.document = { nodeType: 9, implementation: {}, createElement: () => ({}) };
runInThisContext(readFileSync(new URL("node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js", import.meta.url), "utf8"));

let count = 0;
for (const file of process.argv.slice(2)) {
  for (const [, diagram] of readFileSync(file, "utf8").matchAll(/^```mermaid\n(.*?)^```$/gms)) {
    count += 1;
    try {
      await mermaid.parse(diagram);
    } catch (error) {
      console.error(`${file}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}
if (count === 0) {
  console.error("no diagram was found");
  process.exitCode = 1;
}
