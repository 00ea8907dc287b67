import { notEmulated } from "../core/service-error";
import { messageOperations } from "./message-operations";
import type { Operation } from "./operation";
import { queueOperations } from "./queue-operations";
import { refusal } from "./refusals";
import type { XmlDocument } from "./xml";

export const operations = { ...queueOperations, ...messageOperations } satisfies Record<string, Operation>;

/** Operation names as the help pages give them; faults match on them. */
export type Action = keyof typeof operations;

/** What decides the operation: the protocol has no action parameter. */
export interface Routed {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly document: XmlDocument | undefined;
}

/** @throws ServiceError InvalidRequestURL 400, EmulatorNotImplemented 501 for topics and subscriptions */
export function route(routed: Routed): { action: Action; queueName: string } {
  const [empty, collection, queueName = "", messages, ...rest] = routed.path.split("/");
  if (collection === "topics")
    throw notEmulated("mns", routed.path.includes("/subscriptions") ? "subscription" : "topic");
  if (empty !== "" || collection !== "queues" || rest.length > 0) throw refusal("InvalidRequestURL");
  if (queueName === "" && messages === undefined) return { action: required(onAccount(routed)), queueName };
  if (messages === undefined) return { action: required(onQueue(routed)), queueName };
  if (messages === "messages") return { action: required(onMessages(routed)), queueName };
  throw refusal("InvalidRequestURL");
}

function onAccount({ method }: Routed): Action | undefined {
  return method === "GET" ? "ListQueue" : undefined;
}

function onQueue({ method, query }: Routed): Action | undefined {
  switch (method) {
    case "PUT":
      return query.get("metaoverride") === "true" ? "SetQueueAttributes" : "CreateQueue";
    case "GET":
      return "GetQueueAttributes";
    case "DELETE":
      return "DeleteQueue";
  }
  return undefined;
}

function onMessages({ method, query, document }: Routed): Action | undefined {
  const isBatch = query.has("numofmessages");
  switch (method) {
    case "POST":
      return document?.root === "Messages" ? "BatchSendMessage" : "SendMessage";
    case "GET":
      if (query.get("peekonly") === "true") return isBatch ? "BatchPeekMessage" : "PeekMessage";
      return isBatch ? "BatchReceiveMessage" : "ReceiveMessage";
    case "DELETE":
      return document?.root === "ReceiptHandles" ? "BatchDeleteMessage" : "DeleteMessage";
    case "PUT":
      return "ChangeMessageVisibility";
  }
  return undefined;
}

function required(action: Action | undefined): Action {
  if (action) return action;
  throw refusal("InvalidRequestURL");
}
