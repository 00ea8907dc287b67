import type { SqlValue } from "./sql-value";

/** Values in the order of the definition's columns; never changed in place. */
export type Row = readonly SqlValue[];
export type RowId = number;
