/** `/dashboards/:name`: one dashboard of dashboards/*.yaml. */
export function DashboardPage({ name }: { readonly name: string }) {
  return <h2>{name}</h2>;
}
