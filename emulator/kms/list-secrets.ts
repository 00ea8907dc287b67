import { operation } from "../rpc/operation";
import { page } from "../rpc/paging";
import { integer, unplayed, withDefault } from "../rpc/parameters";
import type { Secret } from "./secret";

/** ListSecrets (KMS 2016-01-20): what is known of secrets without their values, by name. */
export const listSecrets = operation<ReadonlyMap<string, Secret>>()({
  action: "ListSecrets",
  parameters: {
    PageNumber: withDefault(integer({ least: 1, most: 1_000_000 }), 1),
    PageSize: withDefault(integer({ least: 1, most: 100 }), 10),
    FetchTags: unplayed,
    Filters: unplayed,
  },
  errors: {},
  run(secrets, { PageNumber, PageSize }) {
    const names = [...secrets.keys()].sort();
    return {
      PageNumber,
      PageSize,
      TotalCount: names.length,
      SecretList: { Secret: page(names, PageNumber, PageSize).map((SecretName) => ({ SecretName })) },
    };
  },
});
