import { ServiceError } from "../core/service-error";
import { batchBytesMax, requireWithin } from "./limits";
import { bodyMd5, type Message } from "./message";
import type { ReceivedMessage, SentMessage } from "./mns-service";
import { childrenOf, type MnsCall, type Operation, textOf, unexpectedElement, wholeNumber } from "./operation";
import type { SendOptions } from "./queue";
import { refusal } from "./refusals";
import { isElement, type XmlElements } from "./xml";

interface Outgoing {
  readonly body: string;
  readonly options: SendOptions;
}

/** The operations on messages; each answers as its help page says. */
export const messageOperations = {
  SendMessage: (call) => {
    const { body, options } = readOutgoing(childrenOf(call, "Message"));
    const sent = call.service.send(call.queueName, body, options);
    return { status: 201, body: { root: "Message", children: sentElements(sent) } };
  },

  /** Messages fail one by one. Which status other than 201 tells of it is unverified. */
  BatchSendMessage: (call) => {
    call.service.queue(call.queueName);
    const listed = batchOf(childrenOf(call, "Messages"), "Message").map((content) => {
      if (!isElement(content)) throw unexpectedElement("Message");
      return readOutgoing(content);
    });
    const bytes = listed.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    if (bytes > batchBytesMax) {
      throw refusal("InvalidArgument", `The value of Messages should between 1 and ${batchBytesMax} bytes.`);
    }
    const entries = listed.map(({ body, options }) =>
      attempted(() => sentElements(call.service.send(call.queueName, body, options))),
    );
    const status = entries.some((entry) => "ErrorCode" in entry) ? 400 : 201;
    return { status, body: { root: "Messages", children: { Message: entries } } };
  },

  ReceiveMessage: async (call) => {
    const [first] = await receive(call, 1);
    if (!first) throw refusal("MessageNotExist");
    return { status: 200, body: { root: "Message", children: receivedElements(first) } };
  },

  BatchReceiveMessage: async (call) => {
    const messages = await receive(call, batchSize(call));
    if (messages.length === 0) throw refusal("MessageNotExist");
    return { status: 200, body: { root: "Messages", children: { Message: messages.map(receivedElements) } } };
  },

  PeekMessage: (call) => {
    const [first] = call.service.peek(call.queueName);
    if (!first) throw refusal("MessageNotExist");
    return { status: 200, body: { root: "Message", children: peekedElements(first) } };
  },

  BatchPeekMessage: (call) => {
    const messages = call.service.peek(call.queueName, batchSize(call));
    if (messages.length === 0) throw refusal("MessageNotExist");
    return { status: 200, body: { root: "Messages", children: { Message: messages.map(peekedElements) } } };
  },

  DeleteMessage: (call) => {
    call.service.delete(call.queueName, requiredHandle(call));
    return { status: 204 };
  },

  /** Handles fail one by one; the status that tells of it is unverified. */
  BatchDeleteMessage: (call) => {
    call.service.queue(call.queueName);
    const handles = batchOf(childrenOf(call, "ReceiptHandles"), "ReceiptHandle");
    const errors = handles.flatMap((handle) => {
      if (typeof handle !== "string") throw unexpectedElement("ReceiptHandle");
      const entry = attempted(() => {
        call.service.delete(call.queueName, handle);
        return {};
      });
      return "ErrorCode" in entry ? [{ ...entry, ReceiptHandle: handle }] : [];
    });
    return errors.length === 0
      ? { status: 204 }
      : { status: 404, body: { root: "Errors", children: { Error: errors } } };
  },

  ChangeMessageVisibility: (call) => {
    const handle = requiredHandle(call);
    const seconds = call.query.get("visibilitytimeout");
    if (seconds === undefined) throw refusal("MissingVisibilityTimeout");
    const changed = call.service.changeVisibility(call.queueName, handle, wholeNumber(seconds));
    const children = { ReceiptHandle: changed.receiptHandle, NextVisibleTime: changed.nextVisibleTimeMs };
    return { status: 200, body: { root: "ChangeVisibility", children } };
  },
} as const satisfies Record<string, Operation>;

function receive(call: MnsCall, max: number): Promise<ReceivedMessage[]> {
  const { pollingWaitSeconds } = call.service.queue(call.queueName).attributes;
  const given = call.query.get("waitseconds");
  const waitSeconds = given === undefined ? pollingWaitSeconds : requireWithin("waitseconds", wholeNumber(given));
  return call.polls.receive(call.queueName, max, waitSeconds, call.abandoned);
}

function batchSize(call: MnsCall): number {
  return requireWithin("numOfMessages", wholeNumber(call.query.get("numofmessages") ?? ""));
}

function requiredHandle(call: MnsCall): string {
  const handle = call.query.get("receipthandle");
  if (handle) return handle;
  throw refusal("MissingReceiptHandle");
}

/** The elements of a batch, 1 to 16 of them. */
function batchOf(children: Readonly<Record<string, unknown>>, element: string): unknown[] {
  const content = children[element];
  const listed: unknown[] = Array.isArray(content) ? content : [];
  requireWithin("numOfMessages", listed.length);
  return listed;
}

function readOutgoing(children: Readonly<Record<string, unknown>>): Outgoing {
  const body = textOf(children, "MessageBody");
  if (body === undefined) throw unexpectedElement("MessageBody");
  const delay = textOf(children, "DelaySeconds");
  const priority = textOf(children, "Priority");
  return {
    body,
    options: {
      delaySeconds: delay === undefined ? undefined : wholeNumber(delay),
      priority: priority === undefined ? undefined : wholeNumber(priority),
    },
  };
}

/** One part of a batch: what it answers, or the refusal as the entry's own error. */
function attempted(work: () => XmlElements): XmlElements {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { ErrorCode: error.code, ErrorMessage: error.message };
  }
}

function sentElements(sent: SentMessage): XmlElements {
  return { MessageId: sent.messageId, MessageBodyMD5: sent.messageBodyMd5, ReceiptHandle: sent.receiptHandle };
}

function receivedElements(message: ReceivedMessage): XmlElements {
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MessageBody: message.body,
    MessageBodyMD5: message.messageBodyMd5,
    EnqueueTime: message.enqueueTimeMs,
    NextVisibleTime: message.nextVisibleTimeMs,
    FirstDequeueTime: message.firstDequeueTimeMs,
    DequeueCount: message.dequeueCount,
    Priority: message.priority,
  };
}

/** Without handle and NextVisibleTime: a peek takes nothing. */
function peekedElements(message: Message): XmlElements {
  return {
    MessageId: message.id,
    MessageBody: message.body,
    MessageBodyMD5: bodyMd5(message),
    EnqueueTime: message.enqueueTimeMs,
    FirstDequeueTime: message.firstDequeueMs,
    DequeueCount: message.dequeueCount,
    Priority: message.priority,
  };
}
