import { ConnectionError, LxkitError } from "../errors.ts";
import type { Progress } from "../core/progress.ts";
import type { Session } from "../core/session.ts";
import type { MutationOptions, Step } from "../core/task.ts";
import type { ImageAliasInfo, ImageData, ImagesPost, ServerData } from "../types/mod.ts";
import { exportImage } from "./image_export.ts";
import { issueSecret, withSecret } from "./image_secret.ts";
import { relayedContent, uploadRequest } from "./image_upload.ts";

/**
 * How an image gets from one server to another.
 *
 * - `pull`: the target server fetches it from the source, and can do so again for new versions.
 * - `push`: the source server sends it to the target.
 * - `relay`: this client reads it from the source and sends it to the target, nothing kept in memory.
 */
export type ImageCopyMode = "pull" | "push" | "relay";

/** Options of copying an image to another server or project. */
export interface ImageCopyOptions extends MutationOptions {
  /**
   * How it goes. For `pull` the source server has to listen on HTTPS where the target server reaches
   * it, for `push` the other way round, and both have to be LXD or both Incus. Default: the first of
   * `pull`, `push` and `relay` that works.
   */
  mode?: ImageCopyMode;
  /** Names for the copy. Default: none. */
  aliases?: readonly ImageAliasInfo[];
  /** Gives the copy the names of the image, too. Default: false. */
  copyAliases?: boolean;
  /** Whether callers that the target does not trust see the copy. Default: false. */
  public?: boolean;
  /** Whether the target is to fetch newer versions from the source; only `pull` can do so. Default: false. */
  autoUpdate?: boolean;
  /** The profiles of instances that are made without any given. Default: `default`. */
  profiles?: readonly string[];
}

/** A copy to be made. */
export interface ImageCopy {
  /** The server of the image. */
  source: Session;
  /** The server of the copy. */
  target: Session;
  /** The path of the image on its server. */
  path: string;
  /** The data of the image. */
  data: ImageData;
  /** How it is to be copied. */
  options: ImageCopyOptions;
}

const IMAGES = "/1.0/images";

/** Brings an image to a server that does not have it. */
export async function transferImage(
  copy: ImageCopy,
  step: Step,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { mode, autoUpdate } = copy.options;
  const modes: ImageCopyMode[] = mode ? [mode] : autoUpdate ? ["pull"] : ["pull", "push", "relay"];
  const failures: LxkitError[] = [];
  for (const mode of modes) {
    try {
      return await ways[mode](copy, step, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof LxkitError)) throw error;
      failures.push(error);
    }
  }
  // The last way asks least of the servers, so it says most of what is wrong.
  throw failures.at(-1);
}

type Way = (copy: ImageCopy, step: Step, signal: AbortSignal | undefined) => Promise<void>;

const ways: Record<ImageCopyMode, Way> = { pull, push, relay };

async function pull(copy: ImageCopy, step: Step, signal: AbortSignal | undefined): Promise<void> {
  const { source, target, path, data } = copy;
  const { fingerprint, type } = data;
  const { addresses, certificate } = await listening(source, signal);
  const fetch = (secret?: string) =>
    firstOf(addresses, signal, async (server) => {
      await step("POST", IMAGES, {
        json: {
          ...fieldsOf(copy),
          source: {
            type: "image",
            mode: "pull",
            server,
            protocol: target.facts.dialect,
            certificate,
            fingerprint,
            secret,
            image_type: type,
            project: source.scope.project,
          },
        } satisfies ImagesPost,
      });
    });
  if (data.public) return await fetch();
  await withSecret(issueSecret(source, `${path}/secret`, undefined, { signal }), fetch);
}

async function push(copy: ImageCopy, step: Step, signal: AbortSignal | undefined): Promise<void> {
  const { source, target, path, data, options } = copy;
  const { addresses, certificate } = await listening(target, signal);
  const body: ImagesPost = {
    ...fieldsOf(copy),
    // The sender keeps those that were not in the image's own metadata to itself.
    properties: data.properties,
    source: { mode: "push", fingerprint: data.fingerprint },
  };
  await withSecret(
    issueSecret(target, IMAGES, body, { signal }),
    (secret) =>
      firstOf(addresses, signal, async (server) => {
        const { project } = target.scope;
        const json = { target: server, certificate, secret, project, profiles: options.profiles };
        await step("POST", `${path}/export`, { session: source, json });
      }),
  );
}

async function relay(copy: ImageCopy, step: Step, signal: AbortSignal | undefined): Promise<void> {
  const { source, target, path, data, options } = copy;
  const { fingerprint, properties } = data;
  // The target compares what it gets with the fingerprint.
  const files = exportImage({ session: source, path, fingerprint }, { signal, verify: false });
  try {
    const content = await relayedContent(files, data.filename);
    const fields = {
      fingerprint,
      properties,
      filename: data.filename || undefined,
      profiles: options.profiles,
      public: options.public,
    };
    const onProgress = relayed(options.onProgress, data.size);
    await step("POST", IMAGES, uploadRequest(target, content, fields, onProgress));
  } finally {
    await files.return();
  }
}

/** Tells how much of the image went through, whose size is known though not that of the upload. */
function relayed(
  onProgress: ((progress: Progress) => void) | undefined,
  size: number,
): ((progress: Progress) => void) | undefined {
  if (!onProgress || !size) return onProgress;
  return (progress) => {
    const percent = Math.min(100, Math.floor(100 * (progress.bytes ?? 0) / size));
    onProgress({ ...progress, percent });
  };
}

function fieldsOf({ options }: ImageCopy): ImagesPost {
  return {
    auto_update: options.autoUpdate,
    public: options.public,
    profiles: options.profiles && [...options.profiles],
  };
}

/** Where a server listens for others, and the certificate that it shows. */
async function listening(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<{ addresses: string[]; certificate: string | undefined }> {
  const { environment } = await session.get<ServerData>("/1.0", { signal });
  const addresses = environment?.addresses ?? [];
  if (addresses.length === 0) {
    const { address } = session.connector;
    throw new ConnectionError(
      `Cannot copy the image from server to server: ${address} listens on no address for others`,
      { reason: "unreachable", address },
    );
  }
  return {
    addresses: addresses.map((address) => `https://${address}`),
    certificate: environment?.certificate,
  };
}

/** Tries one address after the other. */
async function firstOf(
  addresses: string[],
  signal: AbortSignal | undefined,
  attempt: (address: string) => Promise<void>,
): Promise<void> {
  let failure: unknown;
  for (const address of addresses) {
    try {
      return await attempt(address);
    } catch (error) {
      signal?.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}
