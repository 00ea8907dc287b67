import type { Procedure, View as StoredView, Synonym } from "../../../data/schema-object";
import { objectColumns, objectRecord } from "./table-views";
import { type CatalogContext, type View, view } from "./view";

export function storedViews({ objects }: CatalogContext): StoredView[] {
  return objects.filter((object): object is StoredView => object.kind === "view");
}

/** Views, procedures and synonyms. */
export const objectViews: Readonly<Record<string, View>> = {
  views: view(
    `${objectColumns}, is_replicated bit, has_replication_filter bit, has_opaque_metadata bit, has_unchecked_assembly_data bit, with_check_option bit, is_date_correlation_view bit`,
    (context) =>
      storedViews(context).map(({ schema, name }) => ({
        ...objectRecord(context, schema, name, "V ", 0),
        is_replicated: false,
        has_replication_filter: false,
        has_opaque_metadata: false,
        has_unchecked_assembly_data: false,
        with_check_option: false,
        is_date_correlation_view: false,
      })),
  ),
  procedures: view(
    `${objectColumns}, is_auto_executed bit, is_execution_replicated bit, is_repl_serializable_only bit, skips_repl_constraints bit`,
    (context) =>
      context.objects
        .filter((object): object is Procedure => object.kind === "procedure")
        .map(({ schema, name }) => ({
          ...objectRecord(context, schema, name, "P ", 0),
          is_auto_executed: false,
          is_execution_replicated: false,
          is_repl_serializable_only: false,
          skips_repl_constraints: false,
        })),
  ),
  synonyms: view(`${objectColumns}, base_object_name nvarchar(1035)`, (context) =>
    context.objects
      .filter((object): object is Synonym => object.kind === "synonym")
      .map(({ schema, name, target }) => ({
        ...objectRecord(context, schema, name, "SN", 0),
        base_object_name: target.map((part) => `[${part}]`).join("."),
      })),
  ),
};
