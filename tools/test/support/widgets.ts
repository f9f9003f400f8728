/** A kind of the tests' own: it has a rule, a default and a status. */
export const widgetDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.test.lockstep.dev" },
  spec: {
    group: "test.lockstep.dev",
    scope: "Namespaced",
    names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: { size: { type: "integer" }, color: { type: "string", default: "grey" } },
                "x-kubernetes-validations": [{ rule: "self.size > 0", message: "a widget has a size" }]
              },
              status: { type: "object", properties: { painted: { type: "boolean" } } }
            }
          }
        }
      }
    ]
  }
}

/** Where the kinds are declared. */
export const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

/** Where widgets of the default namespace are. */
export const widgetsPath = "/apis/test.lockstep.dev/v1/namespaces/default/widgets"

/** Builds a widget. */
export const widget = (name: string, size: number) => ({
  apiVersion: "test.lockstep.dev/v1",
  kind: "Widget",
  metadata: { name },
  spec: { size }
})
