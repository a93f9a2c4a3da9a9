#!/usr/bin/env node
import '../dist/command/command-main.js'
