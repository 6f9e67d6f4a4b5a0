/** `/events`: what happened, newest first. */
export function EventsPage() {
  return null;
}
