import { SMTPServer } from "smtp-server";

interface Mail {
  /** Of the envelope. */
  recipients: string[];
  /** As it came: headers and body. */
  raw: Buffer;
}

/** A real SMTP server on loopback, which keeps what it takes. */
export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  stop(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push({ recipients: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks) });
        done();
      });
    },
  });
  // A sender that is killed in mid-sentence is part of the stories.
  server.on("error", () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  return { port: address.port, mails, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}
