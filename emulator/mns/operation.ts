import type { IncomingHttpHeaders } from "node:http";
import type { ServiceError } from "../core/service-error";
import type { LongPolls } from "./long-poll";
import type { MnsService } from "./mns-service";
import { refusal } from "./refusals";
import type { XmlDocument, XmlElements } from "./xml";

/** One call after its signature: everything that an operation may look at. */
export interface MnsCall {
  readonly service: MnsService;
  readonly polls: LongPolls;
  /** Empty where the operation is on all queues. */
  readonly queueName: string;
  /** By lower-cased name. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  /** Undefined when the body is empty. */
  readonly document: XmlDocument | undefined;
  /** Aborts when the caller is gone. */
  readonly abandoned: AbortSignal;
}

export interface MnsReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly root: string; readonly children: XmlElements };
}

export type Operation = (call: MnsCall) => MnsReply | Promise<MnsReply>;

/** Where the caller finds a queue: on the host that it has addressed. */
export function queueUrl(call: MnsCall, queueName: string): string {
  return `http://${call.headers.host}/queues/${queueName}`;
}

/** The children of the body, whose root must be `root`. @throws ServiceError MalformedXML 400, InvalidArgument 400 */
export function childrenOf(call: MnsCall, root: string): Readonly<Record<string, unknown>> {
  if (!call.document) throw refusal("MalformedXML");
  if (call.document.root !== root) throw unexpectedElement(call.document.root);
  return call.document.children;
}

/** The text of a leaf, undefined if it is absent. @throws ServiceError InvalidArgument 400 when it has children */
export function textOf(children: Readonly<Record<string, unknown>>, element: string): string | undefined {
  const content = children[element];
  if (content === undefined || typeof content === "string") return content;
  throw unexpectedElement(element);
}

/** The number that a text spells in digits; NaN for anything else, which no bounds accept. */
export function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** The schema does not allow that element, or not there or without content. */
export function unexpectedElement(element: string): ServiceError {
  const text = `The XML you provided did not validate against our published schema, cause by ${element}.`;
  return refusal("InvalidArgument", text);
}
