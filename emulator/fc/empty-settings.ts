import { isDeepStrictEqual } from "node:util";

/**
 * What the component fc3 0.1.22 sends for everything that a definition leaves out, so that older values are overwritten: it asks for
 * nothing. Other values of these fields are not played, and are refused as unknown.
 */
const empty: Readonly<Record<string, unknown>> = {
  tracingConfig: {},
  ossMountConfig: { mountPoints: [] },
  nasConfig: { groupId: 0, userId: 0, mountPoints: [] },
  layers: [],
  instanceIsolationMode: "SHARE",
  sessionAffinity: "NONE",
};

/** The fields without those that ask for nothing. */
export function withoutEmptySettings(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isDeepStrictEqual(value, empty[name])));
}
