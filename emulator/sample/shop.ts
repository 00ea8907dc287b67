import type { Random } from "../core/random";
import { randomText } from "../core/random";
import type { Change, Database, Row } from "../data/database";
import { SqlServerData } from "../data/sql-server-data";
import type { SqlValue } from "../data/sql-value";
import { offsetMinutesAt } from "../sql-server/engine/time-zone";
import { shopTables } from "./shop-tables";

const minuteMs = 60_000;

/** How much the sample shop holds. */
export const shopSize = { customers: 400, products: 120, orders: 3_000, recentOrders: 600 } as const;

const names = [
  "王芳",
  "李伟",
  "Zoë Müller",
  "José Álvarez",
  "Ольга Иванова",
  "Anna Schmidt",
  "佐藤 健",
  "Siobhán O'Brien",
  "Łukasz Nowak",
  "John Smith",
];
const cities = ["杭州", "上海", "Köln", "São Paulo", "Kraków", "Dublin", "大阪", "Boston"];
const wares = [
  "Tea kettle",
  "绿茶 250 g",
  "Café crème",
  "Notebook A5",
  "Stapler №3",
  "Lampe de bureau",
  "雨伞",
  "Desk organiser",
];

export interface ShopHistory {
  readonly data: SqlServerData;
  readonly database: Database;
  /** Rows of all tables after the history. */
  readonly rowCount: number;
}

/**
 * A shop with thirty hours of history: its stock of orders first, then orders, payments and updates every few minutes until `nowMs`.
 * Logins: `shop_dba` (super) and `shop_report` (read only), with the given passwords. Times in the rows are those of a clock in `timeZone`, as
 * GETDATE() on the instance gives them.
 * @param timeZone of the instance, by its Windows name; that of new instances unless given
 */
export function seedShop(
  nowMs: number,
  random: Random,
  passwords: { readonly dba: string; readonly report: string },
  timeZone = "China Standard Time",
): ShopHistory {
  const data = new SqlServerData();
  const startMs = nowMs - 30 * 60 * minuteMs;
  const database = data.createDatabase("shop", "Chinese_PRC_CI_AS", startMs);
  data.setLogin({ name: "shop_dba", password: passwords.dba, super: true, rights: {} }, startMs);
  data.setLogin(
    { name: "shop_report", password: passwords.report, super: false, rights: { shop: "ReadOnly" } },
    startMs,
  );
  database.commit(
    startMs,
    shopTables.map((definition): Change => ({ kind: "create-table", definition })),
  );
  const shop = new Shop(database, random, timeZone);
  shop.stock(startMs);
  shop.placeOrders(shopSize.orders, startMs + minuteMs, startMs + minuteMs);
  const stepMs = (nowMs - minuteMs - (startMs + 2 * minuteMs)) / shopSize.recentOrders;
  for (let index = 0; index < shopSize.recentOrders; index++) {
    const atMs = Math.floor(startMs + 2 * minuteMs + index * stepMs);
    shop.placeOrders(1, atMs, atMs);
    if (index % 3 === 0) shop.shipAnOrder(atMs + 1);
    if (index % 50 === 0) shop.raiseAPrice(atMs + 2);
  }
  return { data, database, rowCount: database.tables().reduce((sum, table) => sum + table.rowCount, 0) };
}

/** Somebody forgot the WHERE: every order of the shop is deleted. Payments and lines stay, which is what makes it hurt. */
export function deleteAllOrders(database: Database, atMs: number): number {
  const orders = database.table("dbo", "Orders")!;
  const ids = [...orders.rows.keys()];
  database.commit(atMs, [{ kind: "delete", schema: "dbo", table: "Orders", ids }]);
  return ids.length;
}

class Shop {
  readonly #database: Database;
  readonly #random: Random;
  readonly #timeZone: string;
  #orders = 0;
  #payments = 0;

  constructor(database: Database, random: Random, timeZone: string) {
    this.#timeZone = timeZone;
    this.#database = database;
    this.#random = random;
  }

  stock(atMs: number): void {
    const customers = Array.from(
      { length: shopSize.customers },
      (_, index): Row => [
        index + 1,
        `${this.#pick(names)} ${index + 1}`,
        this.#pick(cities),
        index % 7 === 0 ? null : `customer${index + 1}@example.com`,
        index % 5 === 0 ? null : `19${50 + (index % 50)}-0${1 + (index % 9)}-1${index % 10}`,
        `${this.#localTime(atMs - index * minuteMs)}.${String(index % 1000).padStart(3, "0")}`,
      ],
    );
    const products = Array.from(
      { length: shopSize.products },
      (_, index): Row => [
        index + 1,
        `SKU-${String(index + 1).padStart(5, "0")}`,
        `${this.#pick(wares)} ${index + 1}`,
        decimal(199 + this.#below(20_000)),
        index % 4 === 0 ? null : Math.round(this.#random.next() * 10_000) / 1_000,
        index % 9 !== 0,
      ],
    );
    this.#insert(atMs, [
      ["Customers", customers],
      ["Products", products],
    ]);
  }

  /** To the second. */
  #localTime(epochMs: number): string {
    return new Date(epochMs + offsetMinutesAt(this.#timeZone, epochMs) * minuteMs).toISOString().slice(0, 19);
  }

  /** Orders with one to four lines, most of them paid; one commit. */
  placeOrders(count: number, atMs: number, placedMs: number): void {
    const orders: Row[] = [];
    const lines: Row[] = [];
    const payments: Row[] = [];
    for (let index = 0; index < count; index++) {
      const orderId = ++this.#orders;
      let totalCents = 0;
      for (let line = 1; line <= 1 + this.#below(4); line++) {
        const cents = 199 + this.#below(20_000);
        const quantity = 1 + this.#below(3);
        totalCents += cents * quantity;
        lines.push([orderId, line, 1 + this.#below(shopSize.products), quantity, decimal(cents)]);
      }
      const placed = this.#localTime(placedMs - (count - index) * 1_000);
      orders.push([
        orderId,
        1 + this.#below(shopSize.customers),
        `${placed}.000`,
        "placed",
        decimal(totalCents),
        orderId % 3 === 0 ? "请在工作日送货" : null,
      ]);
      if (orderId % 5 !== 0) payments.push(this.#payment(orderId, totalCents, placed));
    }
    this.#insert(atMs, [
      ["Orders", orders],
      ["OrderLines", lines],
      ["Payments", payments],
    ]);
  }

  shipAnOrder(atMs: number): void {
    this.#change("Orders", 1 + this.#below(this.#orders), "Status", "shipped", atMs);
  }

  raiseAPrice(atMs: number): void {
    this.#change("Products", 1 + this.#below(shopSize.products), "Price", decimal(199 + this.#below(20_000)), atMs);
  }

  #payment(orderId: number, cents: number, placed: string): Row {
    const hex = randomText(this.#random, 32, "0123456789ABCDEF");
    const reference = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    const receipt = orderId % 2 === 0 ? null : Uint8Array.from(Buffer.from(hex, "hex"));
    return [
      9_000_000_000n + BigInt(++this.#payments),
      orderId,
      decimal(cents),
      `${placed}.1234567`,
      reference,
      receipt,
    ];
  }

  #insert(atMs: number, tables: [string, Row[]][]): void {
    this.#database.commit(
      atMs,
      tables.map(([table, rows]): Change => ({ kind: "insert", schema: "dbo", table, rows })),
    );
  }

  #change(tableName: string, key: number, columnName: string, value: SqlValue, atMs: number): void {
    const table = this.#database.table("dbo", tableName)!;
    const id = table.findRow([table.definition.primaryKey!.columns[0]!], [key]);
    if (id === undefined) return;
    const row = [...table.rows.get(id)!];
    row[table.columnIndex(columnName)] = value;
    this.#database.commit(atMs, [{ kind: "update", schema: "dbo", table: tableName, rows: [{ id, row }] }]);
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  #pick(list: readonly string[]): string {
    return list[this.#below(list.length)]!;
  }
}

function decimal(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}
