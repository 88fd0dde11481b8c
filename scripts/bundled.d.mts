export declare function bundledList(name: string): string;
export declare function recordBundled(name: string, modules: readonly string[]): void;
