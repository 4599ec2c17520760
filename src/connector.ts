/**
 * The one seam between this package and a runtime: how bytes get to a server and back.
 *
 * @module
 */

/** What a connector sends in one HTTP request. */
export interface ConnectorRequest {
  /** The HTTP method; `GET` when left out. */
  method?: string;
  /** Header fields. A body always comes with its `content-type`. */
  headers?: Record<string, string>;
  /** The body. A stream is sent as it is read, and never held in memory. */
  body?: RequestInit["body"];
  /** Called with how many bytes of the body were sent so far, by connectors with `reportsSent`. */
  onSent?: (bytes: number) => void;
  /**
   * Ends the request; it rejects with the signal's reason. Where the connector can tell, one that may change
   * something ends when the server is done with it, after a second at most.
   */
  signal?: AbortSignal;
}

/** What a {@linkcode FillingReader} gives: the part of the view that was filled, or the end of the body. */
export type FilledResult =
  | { done: false; value: Uint8Array<ArrayBuffer> }
  | { done: true; value?: Uint8Array<ArrayBuffer> };

/**
 * Reads a body into the buffers of who reads it, as a `ReadableStreamBYOBReader` does, without what a stream
 * costs.
 */
export interface FillingReader {
  /** Fills some of the view; who called uses the view of the result from then on, and reads once at a time. */
  read(view: Uint8Array<ArrayBuffer>): Promise<FilledResult>;
  /** Gives up what was not read. A read that waits ends, or fails. */
  cancel(reason?: unknown): Promise<void>;
}

/**
 * What a connector gives for an HTTP request: every `Response` is one, and `new Response(it.body, it)` makes one
 * of it.
 */
export interface ConnectorResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The words after the status; often empty. */
  readonly statusText: string;
  /** Whether the status is one of success: 200 to 299. */
  readonly ok: boolean;
  /** Header fields. */
  readonly headers: Headers;
  /** The body; null where there is none. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /**
   * Reads the body in place of `body`: one of the two is read. Absent where there is none, or the platform
   * gives it as a stream only.
   */
  readonly filling?: FillingReader;
  /** Reads all of the body as UTF-8. */
  text(): Promise<string>;
  /** Reads all of the body as JSON. */
  // deno-lint-ignore no-explicit-any
  json(): Promise<any>;
}

/** A WebSocket message: bytes for a binary one, a string for a text one. */
export type ChannelMessage = Uint8Array<ArrayBuffer> | string;

/** How a channel ended. */
export interface ChannelClose {
  /** The close code of RFC 6455: 1000 is a normal end, 1006 a connection that ended without a close frame. */
  code: number;
  /** The reason that the server gave, often empty. */
  reason: string;
}

/**
 * The content of a channel's messages where it lies in the connector's memory, for who has a place of their
 * own for it.
 */
export interface ChannelBytes {
  /**
   * Waits for content: some bytes of a binary message, in a view that holds until they are taken; or a
   * whole text message, which is taken with that. Undefined at the end of the connection.
   *
   * @throws {ProtocolError} when the server broke the protocol.
   */
  peek(): Promise<Uint8Array<ArrayBuffer> | string | undefined>;
  /** Takes so many bytes of the view that `peek` gave. */
  skip(count: number): void;
}

/** A WebSocket as web streams of whole messages; binary and text messages stay apart. */
export interface Channel extends AsyncDisposable {
  /**
   * The messages from the server. Ends at the end of the connection, however it came about: ask
   * `closed` for how. Backpressure reaches the server where the connector can carry it.
   */
  readonly readable: ReadableStream<ChannelMessage>;
  /**
   * The content of the messages, in place of `readable`: one of the two is read. Absent where the platform
   * gives whole messages only.
   */
  readonly bytes?: ChannelBytes;
  /** The messages to the server. A write resolves when the connection took it. */
  readonly writable: WritableStream<ChannelMessage>;
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<ChannelClose>;
  /**
   * When the server was last heard, in milliseconds of `performance.now()`. Counts pings where they can
   * be seen: where there is `heard`.
   */
  readonly lastHeard: number;
  /**
   * Resolves when the server is first heard: by a ping, a message, or its end. Absent where its pings
   * are hidden, as in browsers.
   */
  readonly heard?: Promise<void>;
  /** Sends a close frame and ends the connection. Never waits for the server. */
  close(code?: number, reason?: string): void;
}

/** A raw connection, as the server hands it over after `101 Switching Protocols`. */
export interface Upgraded extends AsyncDisposable {
  /** The bytes from the server. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * The bytes to the server. Closing it tells the server nothing: told of the end of one direction, the
   * servers end both, and what was still on its way back is lost.
   */
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  /** Ends the connection. */
  close(): void;
}

/** How a WebSocket is to be. */
export interface WebSocketRequest {
  /** Ends the attempt; it rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Whether the server's pings are answered; true when left out. False is for a socket that its server
   * does not read: an answer that lies unread there when the server closes makes the close a reset, and
   * a reset takes the end of what was sent with it. A platform's own WebSocket answers all the same.
   */
  answerPings?: boolean;
}

/** What an upgrade sends beside its path. */
export interface UpgradeRequest {
  /** The HTTP method; `GET` when left out. */
  method?: string;
  /** A JSON text sent as the body. */
  body?: string;
  /** Ends the attempt, and the connection once it stands. */
  signal?: AbortSignal;
}

/** A hash of bytes that come one piece after the other. */
export interface ByteHash {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): void;
  /** Ends it, and gives the hash in hexadecimal. */
  hex(): string;
}

/**
 * Brings bytes to one server. It owns the origin: callers give paths with their query, such as
 * `/1.0/instances?recursion=1`, never URLs.
 */
export interface Connector {
  /** The server as people write it, such as `unix:/run/incus/unix.socket`; for messages only. */
  readonly address: string;
  /**
   * Whether `fetch` calls `onSent`. Elsewhere, what an upload is followed by is sent as a stream, which
   * browsers cannot.
   */
  readonly reportsSent?: boolean;
  /**
   * Sends one request.
   *
   * @throws {ConnectionError} when the server cannot be reached.
   */
  fetch(path: string, request?: ConnectorRequest): Promise<ConnectorResponse>;
  /**
   * Opens a WebSocket; resolves once it is open.
   *
   * @throws {ConnectionError} when the server cannot be reached.
   * @throws {ApiError} when the server refuses the upgrade and says why.
   */
  webSocket(path: string, request?: WebSocketRequest): Promise<Channel>;
  /**
   * Asks for a raw connection, such as `sftp`. Absent where the runtime offers no raw sockets.
   *
   * @throws {ConnectionError} when the server cannot be reached.
   * @throws {ApiError} when the server refuses the upgrade and says why.
   */
  upgrade?(path: string, protocol: string, request?: UpgradeRequest): Promise<Upgraded>;
  /** The full address of a path, for links and players outside this package, where there is one. */
  url?(path: string, scheme?: "http" | "ws"): URL;
  /**
   * Starts a SHA-256 in the runtime's own code, for checks of what passes by. Absent where the runtime
   * has none that takes one piece after the other; a slower one in JavaScript is used there.
   */
  sha256?(): ByteHash;
  /** Ends all connections that stay open between requests. */
  close(): void;
}

/**
 * How a server proves who it is: by being exactly the certificate that was pinned, by a certificate
 * of an authority of one's own, or, without any of these, by one of a public authority.
 */
export interface ServerTrustOptions {
  /**
   * The server's certificate, as PEM. It alone is accepted, whatever name or address was dialled: a
   * server's own certificate names its host name and loopback only.
   */
  serverCert?: string;
  /** The SHA-256 fingerprint of the server's certificate, in hex, in place of the certificate. */
  fingerprint?: string;
  /** The certificate of an authority, as PEM. The server's certificate has to name what was dialled. */
  ca?: string;
}

/**
 * How a client proves who it is without a certificate: a token, sent as `Authorization: Bearer`, or
 * what gives one. A function is asked before every request and WebSocket, and so can renew it.
 */
export type AccessToken = string | (() => Promise<string>);

/** How a client proves who it is: a certificate that the server trusts, and its key. */
export interface ClientIdentity {
  /** The certificate, as PEM. */
  cert: string;
  /** Its private key, as PEM. */
  key: string;
}
