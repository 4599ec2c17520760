import { isBodyless } from "../http/bodyless.ts";

/** The part of the platform's `XMLHttpRequest` that is used: not every runtime's types know it. */
export interface Xhr extends EventTarget {
  /** Where it tells how much of the body was sent. */
  readonly upload: EventTarget;
  /** In what form the answer is given. */
  responseType: string;
  /** Whether cookies and client certificates go to another origin too. */
  withCredentials: boolean;
  /** The status of the answer. */
  readonly status: number;
  /** The words after it. */
  readonly statusText: string;
  /** The body of the answer. */
  readonly response: ArrayBuffer;
  /** Says what is to be sent where. */
  open(method: string, url: string): void;
  /** Adds a header field. */
  setRequestHeader(name: string, value: string): void;
  /** All header fields of the answer, a line each. */
  getAllResponseHeaders(): string;
  /** Sends the request. */
  send(body: Blob): void;
  /** Ends the request. */
  abort(): void;
}

/** A request by {@linkcode sendByXhr}. */
export interface XhrRequest {
  /** Where it goes. */
  url: string;
  /** The HTTP method. */
  method: string;
  /** The header fields. */
  headers: Record<string, string>;
  /** The body. */
  body: Blob;
  /** Called with how many bytes of the body were sent so far. */
  onSent(bytes: number): void;
  /** Whether cookies and client certificates go to another origin too. */
  withCredentials: boolean;
  /** Ends the request; it rejects with the signal's reason. */
  signal: AbortSignal | undefined;
  /** Makes the error for a server that cannot be reached: the platform does not tell why. */
  failure(): unknown;
}

/**
 * Sends a request by `XMLHttpRequest`: the one way in which browsers tell how much of a body was
 * sent. The answer is read whole.
 */
export function sendByXhr(XMLHttpRequest: new () => Xhr, request: XhrRequest): Promise<Response> {
  const { url, method, headers, body, onSent, signal } = request;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    const tell = (bytes: number) => {
      try {
        onSent(bytes);
      } catch (error) {
        reject(error);
        abort();
      }
    };
    xhr.open(method, url);
    xhr.responseType = "arraybuffer";
    xhr.withCredentials = request.withCredentials;
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener("progress", (event) => {
      const { loaded } = event as ProgressEvent;
      // The end is told once, when it is certain.
      if (loaded < body.size) tell(loaded);
    });
    xhr.upload.addEventListener("load", () => tell(body.size));
    xhr.addEventListener("load", () => resolve(responseOf(xhr)));
    xhr.addEventListener("error", () => reject(request.failure()));
    xhr.addEventListener("abort", () => reject(signal?.reason));
    xhr.addEventListener("loadend", () => signal?.removeEventListener("abort", abort));
    signal?.addEventListener("abort", abort, { once: true });
    xhr.send(body);
  });
}

function responseOf(xhr: Xhr): Response {
  const { status, statusText } = xhr;
  const lines = xhr.getAllResponseHeaders().split("\r\n").filter((line) => line !== "");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return new Response(isBodyless(status) ? null : xhr.response, { status, statusText, headers });
}
