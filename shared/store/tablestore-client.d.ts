/** The official client is plain JavaScript without typings; this is what is used of it (version 5.6.5). */
declare module "tablestore" {
  interface Long {
    toNumber(): number;
  }
  type Cell = string | number | Long;
  interface ReadRow {
    readonly primaryKey?: readonly { readonly name: string; readonly value: Cell }[];
    readonly attributes?: readonly { readonly columnName: string; readonly columnValue: Cell }[];
  }
  class Client {
    constructor(options: Readonly<Record<string, unknown>>);
    createTable(parameters: object): Promise<unknown>;
    createIndex(parameters: object): Promise<unknown>;
    listTable(parameters: object): Promise<{ readonly tableNames?: readonly string[] }>;
    deleteTable(parameters: object): Promise<unknown>;
    describeTable(parameters: object): Promise<{
      readonly tableMeta: { readonly definedColumn?: readonly { readonly name: string }[] };
      readonly indexMetas?: readonly { readonly name: string }[];
    }>;
    getRow(parameters: object): Promise<{ readonly row: ReadRow }>;
    putRow(parameters: object): Promise<unknown>;
    updateRow(parameters: object): Promise<unknown>;
    deleteRow(parameters: object): Promise<unknown>;
    getRange(parameters: object): Promise<{
      readonly rows: readonly ReadRow[];
      readonly nextStartPrimaryKey?: readonly { readonly name: string; readonly value: Cell }[] | null;
    }>;
  }
  const Long: { fromNumber(value: number): Long };
  const INF_MIN: unknown;
  const INF_MAX: unknown;
  const Direction: { readonly FORWARD: string; readonly BACKWARD: string };
  const RowExistenceExpectation: {
    readonly IGNORE: string;
    readonly EXPECT_EXIST: string;
    readonly EXPECT_NOT_EXIST: string;
  };
  const DefinedColumnType: { readonly DCT_STRING: number; readonly DCT_INTEGER: number };
  const ComparatorType: { readonly EQUAL: number };
  class Condition {
    constructor(expectation: string, column: unknown);
  }
  class SingleColumnCondition {
    constructor(name: string, value: Cell, comparator: number, passIfMissing: boolean, latestVersionOnly: boolean);
  }
}
