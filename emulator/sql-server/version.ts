export interface ServerVersion {
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  readonly level: string;
}

/** Last builds that RDS runs, near enough; only the major version decides what the engine accepts. */
const versions: readonly (readonly [prefix: string, ServerVersion])[] = [
  ["2008", { name: "2008 R2", major: 10, minor: 50, build: 6000, level: "SP3" }],
  ["2012", { name: "2012", major: 11, minor: 0, build: 7001, level: "SP4" }],
  ["2014", { name: "2014", major: 12, minor: 0, build: 6024, level: "SP3" }],
  ["2016", { name: "2016", major: 13, minor: 0, build: 5026, level: "SP2" }],
  ["2017", { name: "2017", major: 14, minor: 0, build: 3391, level: "RTM" }],
  ["2019", { name: "2019", major: 15, minor: 0, build: 4236, level: "RTM" }],
  ["2022", { name: "2022", major: 16, minor: 0, build: 4045, level: "RTM" }],
];

/** The version of SQL Server that an instance of RDS's engine version runs: `2008r2`, `2019_std_ha`, … */
export function serverVersion(engineVersion: string): ServerVersion {
  return (versions.find(([prefix]) => engineVersion.startsWith(prefix)) ?? versions.at(-1)!)[1];
}
