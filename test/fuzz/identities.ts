import type { Chance } from "../simulation/chance";
import { randomCondition } from "./condition";
import { output, randomSource, sightOf } from "./query";
import type { Table } from "./schema";
import { randomKind, randomTerm } from "./term";

/** Two lists of queries whose rows are the same taken together, whatever the data is: the engine is its own judge. */
export interface Identity {
  readonly name: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
}

export function randomIdentities(chance: Chance, tables: readonly Table[]): Identity[] {
  const source = randomSource(chance, tables);
  const sight = sightOf(source, tables);
  const term = randomTerm(chance, randomKind(chance), sight, 2);
  const item = output(term);
  const { sql: p } = randomCondition(chance, sight, 2);
  const { sql: q } = randomCondition(chance, sight, 1);
  const all = `SELECT ${item} FROM ${source.sql}`;
  const unknown = `CASE WHEN ${p} THEN 1 WHEN NOT (${p}) THEN 0 END IS NULL`;
  const other = randomSource(chance, tables);
  const second = `SELECT ${output(randomTerm(chance, term.kind, sightOf(other, tables), 1))} FROM ${other.sql}`;
  const [first, last] = [chance.pick(tables), chance.pick(tables)];
  const key = chance.pick(first.columns.filter((column) => last.columns.some(({ kind }) => kind === column.kind)));
  const match = chance.pick(last.columns.filter(({ kind }) => kind === key.kind));
  const pair = `x.${key.name} = y.${match.name}`;
  return [
    {
      name: "three-valued logic",
      left: [all],
      right: [`${all} WHERE ${p}`, `${all} WHERE NOT (${p})`, `${all} WHERE ${unknown}`],
    },
    { name: "De Morgan", left: [`${all} WHERE NOT (${p} AND ${q})`], right: [`${all} WHERE NOT (${p}) OR NOT (${q})`] },
    { name: "AND commutes", left: [`${all} WHERE (${p}) AND (${q})`], right: [`${all} WHERE (${q}) AND (${p})`] },
    { name: "UNION ALL", left: [`${all} UNION ALL ${second}`], right: [all, second] },
    { name: "derived table", left: [all], right: [`SELECT v FROM (SELECT ${item} AS v FROM ${source.sql}) d`] },
    {
      name: "COUNT counts rows",
      left: [`SELECT CONVERT(varchar(10), COUNT(*)) FROM ${source.sql} WHERE ${p}`],
      right: [
        `SELECT CONVERT(varchar(10), SUM(n)) FROM (SELECT 1 AS n FROM ${source.sql} WHERE ${p} UNION ALL SELECT 0) d`,
      ],
    },
    {
      name: "DISTINCT is GROUP BY",
      left: [`SELECT CONVERT(varchar(10), COUNT(*)) FROM (SELECT DISTINCT ${item} AS v FROM ${source.sql}) d`],
      right: [
        `SELECT CONVERT(varchar(10), COUNT(*)) FROM (SELECT v FROM (SELECT ${item} AS v FROM ${source.sql}) e GROUP BY v) d`,
      ],
    },
    {
      name: "join is a filtered product",
      left: [`SELECT x.id, y.id FROM ${first.name} x JOIN ${last.name} y ON ${pair}`],
      right: [`SELECT x.id, y.id FROM ${first.name} x CROSS JOIN ${last.name} y WHERE ${pair}`],
    },
    {
      name: "IN is EXISTS",
      left: [`SELECT x.id FROM ${first.name} x WHERE x.${key.name} IN (SELECT y.${match.name} FROM ${last.name} y)`],
      right: [`SELECT x.id FROM ${first.name} x WHERE EXISTS (SELECT 1 FROM ${last.name} y WHERE ${pair})`],
    },
    {
      name: "outer join keeps the rest",
      left: [`SELECT x.id, y.id FROM ${first.name} x LEFT JOIN ${last.name} y ON ${pair}`],
      right: [
        `SELECT x.id, y.id FROM ${first.name} x JOIN ${last.name} y ON ${pair}`,
        `SELECT x.id, NULL FROM ${first.name} x WHERE NOT EXISTS (SELECT 1 FROM ${last.name} y WHERE ${pair})`,
      ],
    },
    {
      name: "EXCEPT and INTERSECT part DISTINCT",
      left: [`SELECT DISTINCT ${item} FROM ${source.sql}`],
      right: [`${all} EXCEPT ${second}`, `${all} INTERSECT ${second}`],
    },
    {
      name: "groups part the whole",
      left: [`SELECT CONVERT(varchar(10), COUNT(*)) FROM ${source.sql}`],
      right: [
        `SELECT CONVERT(varchar(10), ISNULL(SUM(n), 0)) FROM (SELECT v, COUNT(*) AS n FROM (SELECT ${item} AS v FROM ${source.sql}) e GROUP BY v) d`,
      ],
    },
    {
      name: "a window over everything is the whole",
      left: [`SELECT CONVERT(varchar(10), COUNT(*) OVER ()) FROM ${source.sql}`],
      right: [
        `SELECT CONVERT(varchar(10), n) FROM ${source.sql} CROSS JOIN (SELECT COUNT(*) AS n FROM ${source.sql}) z`,
      ],
    },
  ];
}
