@echo off
rem The command line of Inkling in VS Code's terminals, where INKLING_NODE names the program that runs extensions.
setlocal
if not defined INKLING_NODE set "INKLING_NODE=node"
rem It may be the editor itself, which is a Node.js when told so.
set ELECTRON_RUN_AS_NODE=1
"%INKLING_NODE%" "%~dp0..\cli.js" %*
