/** `/dashboards`: every dashboard of dashboards/*.yaml. */
export function DashboardsPage() {
  return null;
}
