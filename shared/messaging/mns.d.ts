/** The official client is plain JavaScript without typings; this is what is used of it (version 1.2.0). */
declare module "@alicloud/mns" {
  interface Answer {
    readonly code: number;
    readonly body: unknown;
  }
  class Client {
    constructor(
      accountId: string,
      options: {
        readonly accessKeyId: string;
        readonly accessKeySecret: string;
        readonly securityToken?: string;
        readonly region: string;
        readonly endpoint: string;
        readonly readTimeout: number;
        readonly connectTimeout: number;
      },
    );
    createQueue(name: string, attributes: Readonly<Record<string, number>>): Promise<Answer>;
    getQueueAttributes(name: string): Promise<Answer>;
    setQueueAttributes(name: string, attributes: Readonly<Record<string, number>>): Promise<Answer>;
    deleteQueue(name: string): Promise<Answer>;
    sendMessage(
      name: string,
      message: { readonly MessageBody: string; readonly DelaySeconds?: number },
    ): Promise<Answer>;
    receiveMessage(name: string): Promise<Answer>;
    deleteMessage(name: string, receiptHandle: string): Promise<Answer>;
  }
  export = Client;
}
