import SlsClient, {
  CreateIndexRequest,
  CreateLogStoreRequest,
  CreateProjectRequest,
  DeleteProjectRequest,
  Index,
  IndexLine,
  ListLogStoresRequest,
  UpdateLogStoreRequest,
} from "@alicloud/sls20201230";
import { logstore } from "../names";
import { type Advice, ask, orAbsent } from "../refusal";
import { clientConfig, type Stage } from "../stage";
import type { Change } from "./change";

/** The project and logstore that the functions write to. */
export async function lookAtLogs(stage: Stage): Promise<Change[]> {
  const logs = new SlsClient(clientConfig(stage, "logs"));
  const { days } = stage.settings.logs;
  const { logProject } = stage.names;
  const project = await orAbsent(/^ProjectNotExist$/, () =>
    ask("log", "GetProject", () => logs.getProject(logProject)),
  );
  const store = project
    ? await orAbsent(/^LogStoreNotExist$/, () =>
        ask("log", "GetLogStore", () => logs.getLogStore(logProject, logstore)),
      )
    : undefined;
  const changes: Change[] = [];
  if (!project)
    changes.push({
      text: `Makes the log project ${logProject}.`,
      apply: async () => {
        const request = new CreateProjectRequest({ projectName: logProject, description: "Logs of Rewind" });
        await ask("log", "CreateProject", () => logs.createProject(request), nameTaken(logProject));
      },
    });
  if (!store)
    changes.push({
      text: `Makes the logstore ${logstore} in it, which keeps lines for ${days} days.`,
      cost: "Simple Log Service bills what is written and kept.",
      apply: async () => {
        const request = new CreateLogStoreRequest({
          logstoreName: logstore,
          ttl: days,
          shardCount: 1,
          autoSplit: true,
          maxSplitShard: 4,
        });
        await ask("log", "CreateLogStore", () => logs.createLogStore(logProject, request));
      },
    });
  if (!store || !(await hasIndex(logs, logProject)))
    changes.push({
      text: `Makes the index of the logstore ${logstore}, without which its lines cannot be searched.`,
      cost: "Simple Log Service bills what is indexed.",
      apply: async () => {
        const request = new CreateIndexRequest({ body: index });
        await ask("log", "CreateIndex", () => logs.createIndex(logProject, logstore, request));
      },
    });
  if (store && store.body?.ttl !== days)
    changes.push({
      text: `Keeps lines of the logstore ${logstore} for ${days} days instead of ${store.body?.ttl}.`,
      apply: async () => {
        const request = new UpdateLogStoreRequest({ logstoreName: logstore, ttl: days });
        await ask("log", "UpdateLogStore", () => logs.updateLogStore(logProject, logstore, request));
      },
    });
  return changes;
}

/** Where words end. */
const token = [..." \t\r\n,;=()[]{}?@&<>/:'\""];

/** Every word can be searched, and the lines of the functions, which are in `message`, can be computed with: docs/operations.md does. */
const index = new Index({
  line: new IndexLine({ token, caseSensitive: false, chn: false }),
  // As it travels: the client (5.9.0) sends an IndexKey's `docValue` under that name, which the service does not know.
  keys: { message: { type: "text", token, doc_value: true, caseSensitive: false, chn: false } },
  // Of a field, in bytes: lines with many fields are longer than the 2 KB that are usual.
  maxTextLen: 16_384,
});

/** One that somebody made otherwise is left as it is. */
async function hasIndex(logs: SlsClient, logProject: string): Promise<boolean> {
  const found = await orAbsent(/^IndexConfigNotExist$/, () =>
    ask("log", "GetIndex", () => logs.getIndex(logProject, logstore)),
  );
  return found !== undefined;
}

/** Deletes our logstore with its lines, and the project unless it has others. */
export async function lookAtLogsToRemove(stage: Stage): Promise<Change[]> {
  const logs = new SlsClient(clientConfig(stage, "logs"));
  const { logProject } = stage.names;
  const listed = await orAbsent(/^ProjectNotExist$/, () =>
    ask("log", "ListLogStores", () => logs.listLogStores(logProject, new ListLogStoresRequest({ size: 500 }))),
  );
  if (!listed) return [];
  const logstores = listed.body?.logstores ?? [];
  const changes: Change[] = [];
  if (logstores.includes(logstore))
    changes.push({
      text: `Deletes the logstore ${logstore} of ${logProject} and every line in it.`,
      apply: async () => void (await ask("log", "DeleteLogStore", () => logs.deleteLogStore(logProject, logstore))),
    });
  if (logstores.every((name) => name === logstore))
    changes.push({
      text: `Deletes the log project ${logProject}.`,
      apply: async () => {
        const request = new DeleteProjectRequest({});
        await ask("log", "DeleteProject", () => logs.deleteProject(logProject, request));
      },
    });
  return changes;
}

const nameTaken = (name: string): Advice[] => [
  {
    when: /AlreadyExist|NotUnique|taken/i,
    say: () =>
      `The name ${name} is taken: names of log projects are unique in a region, across all accounts. Say another one with logs.project.`,
  },
];
