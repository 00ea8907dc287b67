import { XMLParser } from "fast-xml-parser";
import { refusal } from "./refusals";

/** What an element holds, for rendering. Undefined elements are left out, arrays repeat theirs. */
export type XmlContent = string | number | boolean | undefined | XmlElements | readonly XmlElements[];
export interface XmlElements {
  readonly [element: string]: XmlContent;
}

/** A parsed request body. A leaf is its text; the elements of the batch lists are always arrays. */
export interface XmlDocument {
  readonly root: string;
  readonly children: Readonly<Record<string, unknown>>;
}

const namespace = "http://mns.aliyuncs.com/doc/v1/";
const repeated = new Set(["Messages.Message", "ReceiptHandles.ReceiptHandle"]);

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  // Character references such as `&#34;`, which the Go client writes.
  htmlEntities: true,
  isArray: (_name, path) => repeated.has(String(path)),
});

/** @throws ServiceError MalformedXML 400 */
export function parseXml(text: string): XmlDocument {
  const document = parsed(text);
  const [root, ...others] = Object.keys(document);
  if (root === undefined || others.length > 0) throw refusal("MalformedXML");
  const content = document[root];
  // An element without children is its text.
  return { root, children: isElement(content) ? content : {} };
}

/** The children of an element that was parsed; none if it is a leaf. */
export function isElement(content: unknown): content is Record<string, unknown> {
  return typeof content === "object" && content !== null && !Array.isArray(content);
}

/** A document whose root alone carries the namespace: the Node client breaks on attributes further down. */
export function renderXml(root: string, children: XmlElements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${renderElements(children)}</${root}>`;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return parser.parse(text, true) as Record<string, unknown>;
  } catch {
    // The parser's reason names its own positions; the service has one text for all of them.
    throw refusal("MalformedXML");
  }
}

function renderElements(elements: XmlElements): string {
  return Object.entries(elements)
    .map(([name, content]) => renderElement(name, content))
    .join("");
}

function renderElement(name: string, content: XmlContent): string {
  if (content === undefined) return "";
  if (Array.isArray(content)) return content.map((one) => renderElement(name, one)).join("");
  const inner = typeof content === "object" ? renderElements(content as XmlElements) : escapeText(String(content));
  return `<${name}>${inner}</${name}>`;
}

function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
