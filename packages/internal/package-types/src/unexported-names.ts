import { relative } from 'node:path'
import ts from 'typescript-5.9'
import { packageEntries } from './package-entries.ts'

/** A name that users see in the types of a package and cannot import. */
export interface UnexportedName {
  readonly name: string
  /** The name of the declaration that uses it. That one is exported, or used by an exported one. */
  readonly namedBy: string
  /** The file that declares it, from `node_modules`. */
  readonly file: string
}

/**
 * Follows the exports of installed packages to all names that their declarations use. For a class, it
 * also follows the other exports of the same file, because they may use private members of the class.
 * Each name must be exported by an entry of its package, or belong to one of the `others`: packages from
 * which users can import it themselves.
 */
export function unexportedNames(
  modules: string,
  packages: readonly string[],
  others: readonly string[],
): UnexportedName[] {
  const entries = packages.flatMap((name) => packageEntries(`${modules}/${name}`))
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    strict: true,
    types: ['node'],
    typeRoots: [`${modules}/@types`],
  })
  const checker = program.getTypeChecker()
  const isIn = (name: string, file: string) => file.startsWith(`${modules}/${name}/`)
  const isForeign = (file: ts.SourceFile) =>
    program.isSourceFileDefaultLibrary(file) || others.some((name) => isIn(name, file.fileName))
  const known = new Set(entries.flatMap((at) => exportsOf(checker, program.getSourceFile(at))))
  const found: UnexportedName[] = []
  // Grows during the loop: a name that is not exported uses other names in turn.
  const queue = [...known]
  for (const symbol of queue) {
    for (const named of symbolsNamedBy(checker, symbol)) {
      const file = fileOf(named)
      if (known.has(named) || !isOnTop(named) || isForeign(file)) continue
      known.add(named)
      found.push({
        name: named.name,
        namedBy: symbol.name,
        file: relative(modules, file.fileName),
      })
      if (packages.some((name) => isIn(name, file.fileName))) queue.push(named)
    }
  }
  return found
}

function exportsOf(checker: ts.TypeChecker, file: ts.SourceFile | undefined): ts.Symbol[] {
  const module = file && checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error(`${file?.fileName ?? 'An entry'} is no module`)
  return checker.getExportsOfModule(module).map((symbol) => unaliased(checker, symbol))
}

/** The symbols of all identifiers in the declarations of a symbol. */
function symbolsNamedBy(checker: ts.TypeChecker, { declarations = [] }: ts.Symbol): ts.Symbol[] {
  const named: ts.Symbol[] = []
  const visit = (node: ts.Node): void => {
    const target = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    if (target !== undefined) named.push(unaliased(checker, target))
    ts.forEachChild(node, visit)
  }
  for (const declaration of declarations) {
    visit(declaration)
    if (!ts.isClassDeclaration(declaration)) continue
    named.push(...exportsOf(checker, declaration.getSourceFile()))
  }
  return named
}

function unaliased(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** Whether a symbol is a module or is declared at the top level of one. Members and parameters are not. */
function isOnTop({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((declaration) => {
    if (ts.isSourceFile(declaration)) return true
    const isVariable = ts.isVariableDeclaration(declaration)
    const { parent } = isVariable ? declaration.parent.parent : declaration
    return ts.isSourceFile(parent) || ts.isModuleBlock(parent)
  })
}

function fileOf({ name, declarations: [declaration] = [] }: ts.Symbol): ts.SourceFile {
  if (declaration !== undefined) return declaration.getSourceFile()
  throw new Error(`No declaration of ${name} was found: is the package that has it installed?`)
}
