import type { WriteBackRow } from "../../../../shared/restore/write-back";
import { sameName } from "../../../../shared/restore/write-back/same-name";

/** A mode that nobody offers: brings dropped tables back as same-name does, and promises an equal copy. */
export const fullCopy: WriteBackRow<"full-copy"> = {
  ...sameName,
  mode: "full-copy",
  makesCopy: true,
  notes: () => ["An invented mode promises an equal copy."],
  keyedVerdict: ({ isAlike }) => (isAlike ? "equal" : "differs"),
  success: (extent) => ({ code: "copy-equals-source", text: `The invented copy is equal: ${extent}.` }),
};
