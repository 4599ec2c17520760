/** Why a file system refuses, by Linux's own names. */
export type Errno =
  | "EACCES"
  | "EBADF"
  | "EBUSY"
  | "EDQUOT"
  | "EEXIST"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ELOOP"
  | "ENAMETOOLONG"
  | "ENOENT"
  | "ENOSPC"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "ENXIO"
  | "EPERM"
  | "EPIPE"
  | "EXDEV";

const words: Record<Errno, string> = {
  EACCES: "permission denied",
  EBADF: "bad file descriptor",
  EBUSY: "device or resource busy",
  EDQUOT: "disk quota exceeded",
  EEXIST: "file exists",
  EINVAL: "invalid argument",
  EIO: "input/output error",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  ENOTEMPTY: "directory not empty",
  ENXIO: "no such device or address",
  EPERM: "operation not permitted",
  EPIPE: "broken pipe",
  EXDEV: "invalid cross-device link",
};

/** What a file system refuses. Its message is Linux's, in the lower case of Go: "file exists". */
export class FileError extends Error {
  /** Always `FileError`. */
  override name = "FileError";
  /** Which of Linux's errors it is. */
  readonly errno: Errno;

  /** The words are the errno's. */
  constructor(errno: Errno) {
    super(words[errno]);
    this.errno = errno;
  }

  /** The words as programs print them: "File exists". */
  get printed(): string {
    return this.message[0]!.toUpperCase() + this.message.slice(1);
  }
}
