import { notEmulated } from "../core/service-error";
import { requireWithin } from "./limits";
import type { MessageState } from "./message";
import {
  childrenOf,
  type MnsCall,
  type Operation,
  queueUrl,
  textOf,
  unexpectedElement,
  wholeNumber,
} from "./operation";
import type { Queue } from "./queue";
import type { QueueAttributes } from "./queue-attributes";
import type { XmlElements } from "./xml";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const numberElements = {
  DelaySeconds: "delaySeconds",
  MaximumMessageSize: "maximumMessageSize",
  MessageRetentionPeriod: "messageRetentionPeriod",
  VisibilityTimeout: "visibilityTimeout",
  PollingWaitSeconds: "pollingWaitSeconds",
} as const;

const queuesPerListMax = 1000;

/** The operations on queues as wholes; each answers as its help page says. */
export const queueOperations = {
  CreateQueue: (call) => {
    const outcome = call.service.createQueue(call.queueName, readAttributes(call));
    return { status: outcome === "created" ? 201 : 204, headers: { location: queueUrl(call, call.queueName) } };
  },

  SetQueueAttributes: (call) => {
    call.service.setQueueAttributes(call.queueName, readAttributes(call));
    return { status: 204 };
  },

  GetQueueAttributes: (call) => {
    const count = (state: MessageState) => call.service.count(call.queueName, state);
    const counts = {
      ActiveMessages: count("Active"),
      InactiveMessages: count("Inactive"),
      DelayMessages: count("Delayed"),
    };
    const children = { ...attributeElements(call.service.queue(call.queueName)), ...counts };
    return { status: 200, body: { root: "Queue", children } };
  },

  DeleteQueue: (call) => {
    call.service.deleteQueue(call.queueName);
    return { status: 204 };
  },

  ListQueue: (call) => {
    const prefix = header(call, "x-mns-prefix") ?? "";
    const marker = header(call, "x-mns-marker") ?? "";
    const limit = header(call, "x-mns-ret-number");
    const max = limit === undefined ? queuesPerListMax : requireWithin("x-mns-ret-number", wholeNumber(limit));
    const names = call.service.queues().map(({ name }) => name);
    const rest = names.filter((name) => name.startsWith(prefix) && name >= marker);
    const listed = rest.slice(0, max).map((name) => ({ QueueURL: queueUrl(call, name) }));
    // The marker of the next page is the name that it begins with; it is opaque to clients.
    return { status: 200, body: { root: "Queues", children: { Queue: listed, NextMarker: rest[max] } } };
  },
} as const satisfies Record<string, Operation>;

/** The attributes that the body lists. @throws ServiceError MalformedXML 400, InvalidArgument 400, EmulatorNotImplemented 501 */
function readAttributes(call: MnsCall): Partial<QueueAttributes> {
  const children = childrenOf(call, "Queue");
  // Whether this protocol takes a policy is undocumented; in process it can be set.
  if ("DlqPolicy" in children) throw notEmulated("mns", "DlqPolicy over HTTP");
  const attributes: Partial<Mutable<QueueAttributes>> = {};
  for (const [element, key] of Object.entries(numberElements)) {
    const text = textOf(children, element);
    if (text !== undefined) attributes[key] = wholeNumber(text);
  }
  const logging = textOf(children, "LoggingEnabled");
  if (logging === undefined) return attributes;
  if (!/^(true|false)$/i.test(logging)) throw unexpectedElement("LoggingEnabled");
  return { ...attributes, loggingEnabled: logging.toLowerCase() === "true" };
}

/** Times of queues are epoch seconds, unlike those of messages. */
function attributeElements(queue: Queue): XmlElements {
  const { attributes } = queue;
  return {
    QueueName: queue.name,
    CreateTime: Math.floor(queue.createdAtMs / 1000),
    LastModifyTime: Math.floor(queue.modifiedAtMs / 1000),
    ...Object.fromEntries(Object.entries(numberElements).map(([element, key]) => [element, attributes[key]])),
    LoggingEnabled: attributes.loggingEnabled,
  };
}

function header(call: MnsCall, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
