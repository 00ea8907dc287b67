import { nameIsTaken } from "./free-name";
import type { WriteBackRow } from "./row";
import { sideBySide } from "./side-by-side";

/** Inspect only: the source is looked at and held for people. Nothing is compared, so what is said of a comparison is never asked for. */
export const none: WriteBackRow<"none"> = {
  ...sideBySide,
  mode: "none",
  job: null,
  arrivesAside: false,
  notes: () => [],
  tableObstacle: nameIsTaken,
};
