import { join } from "node:path";
import { circles, valueImports } from "./value-imports";

/** `npm run structure`: prints each circle of value imports in the product, and how many there are. */
const found = circles(valueImports(join(__dirname, "..", ".."), ["functions", "shared"]));
for (const members of found) console.log(`circle of ${members.length}: ${members.join(", ")}`);
console.log(`${found.length} circles of value imports in functions/ and shared/`);
