/** A fault as the API tells it (RFC 9457). */
export interface Problem {
  status: number;
  /** The last part of the problem's type, such as "too-early"; "" when it has none. */
  code: string;
  title: string;
  detail: string;
  /** What else stands in it. */
  more: Record<string, unknown>;
}

/** Reads the body of an answer that is no success; whatever it is, a problem comes of it. */
export async function readProblem(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    const read: unknown = await response.json();
    if (typeof read === "object" && read !== null) body = read as Record<string, unknown>;
  } catch {
    // A proxy's own page, or nothing.
  }
  const text = (name: string): string => (typeof body[name] === "string" ? (body[name] as string) : "");
  const code = text("code") || (text("type").split(/[/:#]/).pop() ?? "");
  return { status: response.status, code: code === "blank" ? "" : code, title: text("title"), detail: text("detail"), more: body };
}
