export { IsolatedVmBridge, ProcessBridge, QuickJsBridge, WebWorkerBridge } from "@skerry/sandbox";
