# Thin: every target hands over to scripts/, which finds a Python that is new enough.
.DEFAULT_GOAL := help
.PHONY: help demo test bench lint format lock fonts assets clean reset-demo

help: ## 列出所有命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## 安装所需的一切并启动演示（PORT=8001 可换端口，Ctrl-C 结束）
	@scripts/run.sh demo

test: ## 安装测试所需的一切，并运行全部检查与测试
	@scripts/run.sh check all

bench: ## 生成任意规模的数据，测主要页面（UNITS=20000 YEARS=3 REPORTS=60000，或 REGISTER=20000）
	@scripts/run.sh upkeep bench

lint: ## 只做代码、导入、模板和迁移检查
	@scripts/run.sh check lint

format: ## 整理代码与模板的格式
	@scripts/run.sh upkeep format

lock: ## 按 requirements*.txt 重新锁定依赖（带哈希）
	@scripts/run.sh upkeep lock

fonts: ## 取公文所用的中文字体
	@scripts/run.sh upkeep fonts

assets: ## 重新生成前端第三方文件 static/vendor/
	@scripts/run.sh upkeep assets

clean: ## 清除缓存（不动数据、依赖和字体）
	@scripts/run.sh upkeep clean

reset-demo: ## 删除演示数据库，下次 make demo 重新生成
	@scripts/run.sh upkeep reset-demo
