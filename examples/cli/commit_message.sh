#!/bin/sh
# Writes a commit message for what is staged. Nothing is printed but the message; the exit status says what went wrong.
# usage: commit_message.sh [MODEL]
set -eu
git diff --cached | llmgw ask ${1:+-m "$1"} --max-tokens 200 --fail-on length \
  -s 'You write commit messages: one imperative line, a blank line, then why.' \
  'Write a commit message for this change.'
