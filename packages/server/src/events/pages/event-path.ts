/** Where the page of an event is, below the tenant. Ids may hold what has a meaning in addresses. */
export function eventPath(id: string): string {
  return `/events/${encodeURIComponent(id)}`;
}
