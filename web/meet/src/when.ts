/** When a meeting is, in the reader's own words and zone: "Today, 14:00 to 15:00". "" for what is no time. */
export function whenText(startsAt: string, endsAt: string, now = new Date(), locale?: string): string {
  const [start, end] = [new Date(startsAt), new Date(endsAt)];
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) return "";
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  return `${dayText(start, now, locale)}, ${time.format(start)} to ${time.format(end)}`;
}

/** When it opens: "today at 14:00". */
export function opensText(startsAt: string | null, now = new Date(), locale?: string): string {
  const start = new Date(startsAt ?? "");
  if (Number.isNaN(start.getTime())) return "later";
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(start);
  const day = dayText(start, now, locale);
  return `${day === "Today" ? "today" : day} at ${time}`;
}

function dayText(day: Date, now: Date, locale: string | undefined): string {
  return day.toDateString() === now.toDateString() ? "Today" : new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(day);
}
