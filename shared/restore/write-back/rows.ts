import { missingRows } from "./missing-rows";
import { none } from "./none";
import { sameName } from "./same-name";
import { sideBySide } from "./side-by-side";

/** The table of write-back modes. A mode is a file beside this one and a row here. The first one is the default. */
export const rows = [sideBySide, sameName, missingRows, none] as const;
