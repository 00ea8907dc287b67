import type { Instance } from "./instance";

/** What an hour costs on each site of Alibaba Cloud. */
export interface HourlyPrice {
  readonly amount: number;
  readonly currency: "CNY" | "USD";
}

/** A class of SQL Server instances that is sold by the hour. */
interface SoldClass {
  readonly name: string;
  readonly storageTypes: readonly Instance["storageType"][];
  readonly categories: readonly Instance["category"][];
  /** GB. */
  readonly storage: { readonly least: number; readonly most: number; readonly step: number };
  /** Of the class alone, in CNY. */
  readonly hourlyCny: number;
}

const cloudDisks = ["cloud_ssd", "cloud_essd"] as const;
const storage = { least: 20, most: 2_000, step: 5 };

/** Invented prices; names as the class lists of SQL Server have them. */
const classes: readonly SoldClass[] = [
  {
    name: "rds.mssql.s2.large",
    storageTypes: ["local_ssd"],
    categories: ["HighAvailability"],
    storage,
    hourlyCny: 3.2,
  },
  { name: "mssql.x2.medium.s1", storageTypes: cloudDisks, categories: ["Basic"], storage, hourlyCny: 1.1 },
  { name: "mssql.x2.medium.s2", storageTypes: cloudDisks, categories: ["HighAvailability"], storage, hourlyCny: 2.4 },
  { name: "mssql.x4.medium.s2", storageTypes: cloudDisks, categories: ["HighAvailability"], storage, hourlyCny: 3.6 },
  { name: "mssql.x4.large.e2", storageTypes: cloudDisks, categories: ["AlwaysOn"], storage, hourlyCny: 9.5 },
];

const cnyPerGbHour = 0.002;
const cnyPerUsd = 7;

/** What can be bought in the region, and for how much. What is sold out, and what costs more than before, is set in process. */
export class Sale {
  readonly #soldOut = new Set<string>();
  #factor = 1;

  /** Nobody can buy the class any more, in no zone. */
  sellOut(className: string): void {
    this.#soldOut.add(className);
  }

  /** Everything costs so many times as much from now on. */
  raisePrices(factor: number): void {
    this.#factor *= factor;
  }

  /** Classes that are sold for such an instance now. */
  offered(wanted: Pick<Instance, "storageType" | "category">): readonly SoldClass[] {
    return classes.filter(
      (one) =>
        !this.#soldOut.has(one.name) &&
        one.storageTypes.includes(wanted.storageType) &&
        one.categories.includes(wanted.category),
    );
  }

  /** Was the class ever sold? */
  isKnown(className: string): boolean {
    return classes.some(({ name }) => name === className);
  }

  isSold(className: string): boolean {
    return this.isKnown(className) && !this.#soldOut.has(className);
  }

  takesStorageType(className: string, storageType: Instance["storageType"]): boolean {
    return classes.some(({ name, storageTypes }) => name === className && storageTypes.includes(storageType));
  }

  /** Pay as you go, an hour; undefined: there is no such class. */
  hourlyPrice(className: string, storageGb: number, site: "cn" | "intl"): HourlyPrice | undefined {
    const found = classes.find(({ name }) => name === className);
    if (!found) return undefined;
    const cny = (found.hourlyCny + storageGb * cnyPerGbHour) * this.#factor;
    return site === "cn"
      ? { amount: rounded(cny), currency: "CNY" }
      : { amount: rounded(cny / cnyPerUsd), currency: "USD" };
  }
}

function rounded(amount: number): number {
  return Math.round(amount * 1_000) / 1_000;
}
