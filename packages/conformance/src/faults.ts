export { type ProxiedServer, type TcpFaultProxy, tcpFaultProxy } from './subject/tcp-fault-proxy.ts'
