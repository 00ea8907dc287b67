/** The items of one page; pages count from 1. */
export function page<Item>(items: readonly Item[], pageNumber: number, pageSize: number): Item[] {
  return items.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
}
